"""What was done with an account, in words; what is not named here is shown as it is written."""

from marketplace.core.errors import N_

DEED_WORDS: dict[str, str] = {
    "person.created": N_("建立账号"),
    "person.deactivated": N_("停用账号"),
    "person.reactivated": N_("恢复账号"),
    "password.changed": N_("改了密码"),
    "role.asked": N_("申请角色"),
    "role.decided": N_("决定角色申请"),
    "role.granted": N_("授予角色"),
    "role.ended": N_("结束角色"),
    "role.ended_at_once": N_("立即结束角色"),
    "passkey.registered": N_("登记了通行密钥"),
    "passkey.doubted": N_("通行密钥存疑"),
    "passkey.removed": N_("删除通行密钥"),
    "second_step.authenticator_enrolled": N_("绑定验证器"),
    "second_step.authenticator_removed": N_("解除验证器"),
    "second_step.recovery_codes_made": N_("生成恢复码"),
    "second_step.recovery_code_used": N_("用恢复码登录"),
    "second_step.reset": N_("重置第二步验证"),
    "outside_login.linked": N_("绑定外部登录"),
    "outside_login.invited": N_("邀请绑定外部登录"),
    "outside_login.unlinked": N_("解除外部登录"),
    "session.ended": N_("退出一台设备"),
    "session.others_ended": N_("退出其他设备"),
    "session.all_ended": N_("在所有设备上退出"),
    "token.revoked": N_("撤销令牌"),
}
