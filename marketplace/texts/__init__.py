"""Terms, rules and notices to the public: every version, and from which day it holds."""
