"""Which writes each table takes, learnt by trying them in transactions that are rolled back."""
