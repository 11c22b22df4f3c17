"""What a login and a password may be, how attempts are slowed down, where a login may lead."""
