"""The book: its chapters, executed; its pages, staged and rendered; its ledger, judged."""
