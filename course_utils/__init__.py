"""What the notebooks need and do not teach, kept small, tested and boring."""
