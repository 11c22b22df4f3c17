"""What contracts and inquiries refuse, in words that name the way out."""

from marketplace.core.errors import N_, Refusal


class ContractWrongState(Refusal):
    code = "contract.wrong_state"
    message = N_("合同现在的状态不能做这一步,请刷新页面查看最新进展。")


class OwnContract(Refusal):
    """Four eyes: whoever wrote it does not sign it for the unit."""

    code = "contract.own"
    status = 403
    message = N_("自己起草或发出的合同要由本单位另一位审批人签署(四眼原则)。")


class ContractPast(Refusal):
    code = "contract.past"
    message = N_("合同的截止日期 %(day)s 已过,不能再签。请退回,改好日期重新发出。")


class NotSigned(Refusal):
    code = "contract.not_signed"
    message = N_("合同 %(number)s 双方还没有签好,签好以后才能要货。请在合同页面完成签署。")


class NotYetValid(Refusal):
    code = "contract.not_yet"
    message = N_("合同 %(number)s 从 %(day)s 起生效,到那一天再要货。")


class ContractOver(Refusal):
    code = "contract.over"
    message = N_(
        "合同 %(number)s 已到期或终止,不能再要货。请与供应商签新合同,或者从商品页按现价购买。"
    )


class ContractUsedUp(Refusal):
    """The sum of what is called off never exceeds the contract."""

    code = "contract.used_up"
    message = N_(
        "合同 %(number)s 还剩 %(left)s 元,这次要 %(wanted)s 元。请减少数量,或与供应商另签合同。"
    )


class LineUsedUp(Refusal):
    code = "contract.line_used_up"
    message = N_(
        "「%(name)s」按合同还能要 %(left)s 件,这次要 %(wanted)s 件。请减少数量,或按现价另买。"
    )


class NotAgreed(Refusal):
    code = "contract.not_agreed"
    status = 422
    message = N_("「%(name)s」不在这份合同里。请从合同页面要货,合同以外的商品另开采购单。")
    field = "lines"


class AgreedOffSale(Refusal):
    code = "contract.off_sale"
    message = N_("「%(name)s」供应商已下架,现在不能要货。请联系供应商恢复上架,或请运营中心协调。")


class FreightAgreed(Refusal):
    code = "contract.freight_agreed"
    status = 422
    message = N_("合同约定每次送货运费 %(agreed)s 元,不能再加。请按约定的运费接单。")
    field = "freight_fen"


class NeedsReason(Refusal):
    code = "contract.reason_needed"
    status = 422
    message = N_("请写明理由,对方会看到。")


class InquiryWrongState(Refusal):
    code = "inquiry.wrong_state"
    message = N_("这次询价现在不能做这一步,请刷新页面查看最新进展。")


class InquiryOver(Refusal):
    code = "inquiry.over"
    message = N_("报价已经截止(%(day)s),不能再报或修改。请联系询价单位重新询价。")


class StillSealed(Refusal):
    code = "inquiry.sealed"
    message = N_("报价还没有开启。请等到截止日(%(day)s)之后,或所有供应商都已答复。")


class NotBetter(Refusal):
    """Once answers are open, another one can only be better: else it would be haggled upwards."""

    code = "inquiry.not_better"
    status = 422
    message = N_("报价已经开启,新的报价要供应同样多的行,合计低于您上一次的 %(before)s 元。")


class NothingOffered(Refusal):
    code = "inquiry.nothing_offered"
    status = 422
    message = N_("这家供应商一行也不能供应,请选择另一家。")


class OfferExpired(Refusal):
    code = "inquiry.offer_expired"
    message = N_("这份报价到 %(day)s 为止有效,现在已过期。请选择另一家,或重新询价。")


class WhyNotCheapest(Refusal):
    code = "inquiry.why_not_cheapest"
    status = 422
    message = N_("选的不是最低价,请写明选择的理由。")


class OwnChoice(Refusal):
    code = "inquiry.own_choice"
    status = 403
    message = N_("自己选定的报价要由本单位另一位审批人确认(四眼原则)。")
