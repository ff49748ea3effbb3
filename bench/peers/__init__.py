"""What people would pick instead, each really running, and ours beside it."""
