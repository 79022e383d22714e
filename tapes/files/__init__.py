"""Any file as a table of text: kinds told apart by content, the heading found, what is no note left out."""
