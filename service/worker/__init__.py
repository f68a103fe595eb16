"""The process that does background work: its queue, who does what is woken by it, and the commands to order and watch jobs."""
