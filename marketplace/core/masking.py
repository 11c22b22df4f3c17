"""Names and numbers of people, with as much of them hidden as the reader need not know."""

# What stands in the place of the name of somebody who left and was forgotten.
ERASED_NAME = "已注销用户"


def mask_name(name: str) -> str:
    """`王*`: how long a name is says too much where few people share the first character."""
    if name == ERASED_NAME:
        return name
    return f"{name[:1]}*" if name else ""


def last_four(number: str) -> str:
    """The last four; of an identity number the rest says where and when somebody was born."""
    return f"****{number[-4:]}" if number else ""
