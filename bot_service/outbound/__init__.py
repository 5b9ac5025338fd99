"""What leaves the machine beside Telegram and the broker, each only when it was switched on."""
