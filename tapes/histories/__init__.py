"""What a file tells of past payments: pay strings, monthly columns, ledgers, a payments file in long form."""
