"""What every web service needs."""
