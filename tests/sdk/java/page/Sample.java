// SPDX-License-Identifier: Apache-2.0

// The program that DingTalk's page of the call shows for Java: the same calls, values and order; the
// token is one that exists in the demo world. It takes a package that has UpdateGroup.
package com.aliyun.sample;

import com.aliyun.tea.*;

public class Sample {
    public static com.aliyun.dingtalkim_1_0.Client createClient() throws Exception {
        com.aliyun.teaopenapi.models.Config config = new com.aliyun.teaopenapi.models.Config();
        config.protocol = "https";
        config.regionId = "central";
        return new com.aliyun.dingtalkim_1_0.Client(config);
    }

    public static void main(String[] args_) throws Exception {
        com.aliyun.dingtalkim_1_0.Client client = Sample.createClient();
        com.aliyun.dingtalkim_1_0.models.UpdateGroupHeaders updateGroupHeaders = new com.aliyun.dingtalkim_1_0.models.UpdateGroupHeaders();
        updateGroupHeaders.xAcsDingtalkAccessToken = "6d1bxxxx";
        com.aliyun.dingtalkim_1_0.models.UpdateGroupRequest.UpdateGroupRequestManagementOptions managementOptions = new com.aliyun.dingtalkim_1_0.models.UpdateGroupRequest.UpdateGroupRequestManagementOptions()
                .setMentionAllAuthority(0)
                .setShowHistoryType(0)
                .setValidationType(0)
                .setSearchable(0)
                .setChatBannedType(0)
                .setManagementType(0);
        com.aliyun.dingtalkim_1_0.models.UpdateGroupRequest updateGroupRequest = new com.aliyun.dingtalkim_1_0.models.UpdateGroupRequest()
                .setChatid("chatxxxx")
                .setName("全员群。")
                .setOwner("04201724372xxxx")
                .setOwnerType("emp")
                .setAddUseridlist(java.util.Arrays.asList(
                    "userid1"
                ))
                .setDelUseridlist(java.util.Arrays.asList(
                    "userid1"
                ))
                .setAddExtidlist(java.util.Arrays.asList(
                    "unionId"
                ))
                .setDelExtidlist(java.util.Arrays.asList(
                    "unionId"
                ))
                .setIcon("@mediaId")
                .setManagementOptions(managementOptions);
        try {
            client.updateGroupWithOptions(updateGroupRequest, updateGroupHeaders, new com.aliyun.teautil.models.RuntimeOptions());
        } catch (TeaException err) {
            if (!com.aliyun.teautil.Common.empty(err.code) && !com.aliyun.teautil.Common.empty(err.message)) {
            }

        } catch (Exception _err) {
            TeaException err = new TeaException(_err.getMessage(), _err);
            if (!com.aliyun.teautil.Common.empty(err.code) && !com.aliyun.teautil.Common.empty(err.message)) {
            }

        }
    }
}
