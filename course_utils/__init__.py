"""What the notebooks lean on: everything that is not being taught, kept small, tested and boring."""
