"""Browsers and networks in words that their owner knows again and that follow nobody."""

from ipaddress import ip_address, ip_network

MOST_WORDS = 60
UNKNOWN = ""

# The first that fits: browsers name their ancestors too, so the youngest stand first.
_PROGRAMS = (
    ("wxwork/", "企业微信"),
    ("micromessenger/", "微信"),
    ("dingtalk", "钉钉"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("firefox/", "Firefox"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
_MACHINES = (
    ("harmonyos", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "Mac"),
    ("linux", "Linux"),
)


def browser_of(agent: str | None) -> str:
    """`Chrome · Windows`; empty where it says nothing that we know."""
    said = (agent or "")[:500].casefold()
    found = (_first(said, _PROGRAMS), _first(said, _MACHINES))
    return " · ".join(word for word in found if word)[:MOST_WORDS]


def _first(said: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((words for sign, words in known if sign in said), "")


def masked(address: str | None) -> str:
    """The network that an address lies in: 203.0.113.0/24, 2001:db8:1::/48."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
