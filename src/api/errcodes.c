/* SPDX-License-Identifier: Apache-2.0 */
#include "api/errcodes.h"

#include "base/compiler.h"

#include <stddef.h>

static const struct {
	int errcode;
	const char *text;
} errcodes[] = {
	{ -1, "系统繁忙" },
	{ 404, "请求的URI地址不存在" },
	{ 33012, "无效的USERID" },
	{ 34001, "无效的会话id" },
	{ 40003, "不合法的UserID" },
	{ 40004, "不合法的媒体文件类型" },
	{ 40005, "不合法的文件类型" },
	{ 40006, "不合法的文件大小" },
	{ 40007, "不合法的媒体文件id" },
	{ 40009, "不合法的部门id" },
	{ 40014, "不合法的access_token" },
	{ 40016, "不合法的会话ID" },
	{ 40031, "不合法的UserID列表" },
	{ 40035, "不合法的参数" },
	{ 40036, "参数为空" },
	{ 40096, "不合法的appKey或appSecret" },
	{ 40104, "电话号码无效" },
	{ 41001, "缺少access_token参数" },
	{ 41005, "缺少多媒体文件数据" },
	{ 42001, "access_token超时" },
	{ 43001, "需要GET请求" },
	{ 43002, "需要POST请求" },
	{ 43007, "需要授权" },
	{ 43008, "参数需要multipart类型" },
	{ 43009, "post参数需要json类型" },
	{ 49000, "缺少chatid" },
	{ 49026, "设置为管理员的人数过多" },
	{ 50002, "企业员工不在授权范围" },
	{ 50004, "企业部门不在授权范围" },
	{ 60003, "部门不存在" },
	{ 60011, "没有调用该接口的权限" },
	{ 60102, "UserID在公司中已存在" },
	{ 60103, "手机号码不合法" },
	{ 60104, "手机号码在公司中已存在" },
	{ 60112, "用户name不合法" },
	{ 60121, "找不到该用户" },
	{ 60124, "用户不在此群中" },
	{ 90018, "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了" },
	{ 400002, "参数错误" },
};

const char *errcode_text(int errcode)
{
	for (size_t i = 0; i < ARRAY_LEN(errcodes); i++)
		if (errcodes[i].errcode == errcode)
			return errcodes[i].text;
	return NULL;
}
