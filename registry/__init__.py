"""Where the store is, and all that is written to it and read from it: locks, the champion, runs, promotion."""
