"""How many photographs an acceptance takes."""

from marketplace.core.errors import N_

MOST_PHOTOGRAPHS = 6
TOO_MANY_PHOTOGRAPHS = N_("最多上传 %(most)s 张照片。")
