"""Signals in words: what each kind says, and what it may well turn out to be."""

from collections.abc import Mapping

from marketplace.core.errors import N_
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import State

KIND_WORDS: Mapping[Kind, str] = {
    Kind.YEAR_END: N_("年末集中采购"),
    Kind.JUST_UNDER: N_("几张订单都略低于限额"),
    Kind.EXACT_GAP: N_("金额正好等于任务缺口"),
    Kind.REFUNDED: N_("计入以后又退款"),
    Kind.OVER_MEDIAN: N_("单价高于同类中位价"),
    Kind.OVER_OWN_PRICE: N_("单价高于自身原价"),
    Kind.OVER_CAPACITY: N_("卖出超过车间产能"),
    Kind.SHARED: N_("买卖双方有共同的人或电话"),
    Kind.SAME_PHOTO: N_("几次验收用同一张照片"),
    Kind.QUICK_REVIEW: N_("收货后马上评价"),
    Kind.OTHER_SELLER: N_("发票的销售方不是供应商"),
}
# Each can have a harmless reason, and whoever reads it is told so.
KIND_ABOUT: Mapping[Kind, str] = {
    Kind.YEAR_END: N_("全年采购有一大部分集中在最后几天。也可能是年货、慰问品本来就在年底发。"),
    Kind.JUST_UNDER: N_(
        "同一单位几天之内向同一供应商下了几张订单,金额都刚好低于限额。也可能是食堂按周采购。"
    ),
    Kind.EXACT_GAP: N_("这次采购与当时的任务缺口分文不差。也可能是照着采购方案买的。"),
    Kind.REFUNDED: N_("订单计入任务以后,大部分又退了款。也可能确实是质量问题。"),
    Kind.OVER_MEDIAN: N_(
        "折合每 500 克的单价明显高于同类商品的中位成交价。也可能品质、包装确有不同。"
    ),
    Kind.OVER_OWN_PRICE: N_("成交单价高于同一规格前一段时间的标价。也可能是成本涨了,经过审核。"),
    Kind.OVER_CAPACITY: N_("验收合格的数量超过了核实过的产能。也可能产能扩大了还没有重新申报。"),
    Kind.SHARED: N_(
        "买方经手人与供应商的电话、人员或法定代表人姓名相同。也可能只是同名,或者亲属在村里。"
    ),
    Kind.SAME_PHOTO: N_("不同的收货用了同一个照片文件。也可能是一车货分成了几张订单。"),
    Kind.QUICK_REVIEW: N_("刚收货就写了评价。也可能收货登记得晚。"),
    Kind.OTHER_SELLER: N_("发票上的销售方代码与供应商登记的不一致。也可能是抄错了。"),
}
STATE_WORDS: Mapping[State, str] = {
    State.OPEN: N_("待办"),
    State.ANSWERED: N_("已答复"),
    State.CLOSED: N_("已关闭"),
}
