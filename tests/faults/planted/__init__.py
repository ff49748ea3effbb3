"""A legal run, and faults to plant in its record: what the checker itself is tested with."""
