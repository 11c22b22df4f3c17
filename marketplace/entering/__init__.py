"""How a producer enters: its papers, who looked at them, and looking again every six months."""
