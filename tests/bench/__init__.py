"""What ``make bench`` measures; nothing here is asserted by a test."""
