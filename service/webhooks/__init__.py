"""What happens here, told to merchants' systems: an outbox written with the change itself, then signed posts, retried and logged."""
