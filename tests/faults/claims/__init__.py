"""What is asserted of a fault run, one kind of claim a file; each yields what broke it."""
