// SPDX-License-Identifier: Apache-2.0

// What DingTalk's page of the call shows for Node.js, which the published package cannot do: it has
// no updateGroupWithOptions. The same client, values and order; the call goes through execute.
'use strict';
const { default: dingtalkim_1_0 } = require('@alicloud/dingtalk/im_1_0');
const OpenApi = require('@alicloud/openapi-client');
const { default: Util } = require('@alicloud/tea-util');
const $Util = require('@alicloud/tea-util');

class Client {
  static createClient() {
    const config = new OpenApi.Config({});
    config.protocol = 'https';
    config.regionId = 'central';
    return new dingtalkim_1_0(config);
  }

  static async main(args) {
    const client = Client.createClient();
    if (client.updateGroupWithOptions) {
      throw new Error('the package has UpdateGroup by now: call it as the page does');
    }
    const params = new OpenApi.Params({
      action: 'UpdateGroup',
      version: 'im_1.0',
      protocol: 'HTTP',
      pathname: '/v1.0/im/group/update',
      method: 'POST',
      authType: 'AK',
      style: 'ROA',
      reqBodyType: 'none',
      bodyType: 'json',
    });
    const updateGroupRequest = new OpenApi.OpenApiRequest({
      headers: { 'x-acs-dingtalk-access-token': '6d1bxxxx' },
      body: {
        chatid: 'chatxxxx',
        name: '全员群。',
        owner: '04201724372xxxx',
        ownerType: 'emp',
        add_useridlist: ['userid1'],
        del_useridlist: ['userid1'],
        add_extidlist: ['unionId'],
        del_extidlist: ['unionId'],
        icon: '@mediaId',
        managementOptions: {
          mentionAllAuthority: 0,
          showHistoryType: 0,
          validationType: 0,
          searchable: 0,
          chatBannedType: 0,
          managementType: 0,
        },
      },
    });
    try {
      await client.execute(params, updateGroupRequest, new $Util.RuntimeOptions({}));
    } catch (err) {
      if (!Util.empty(err.code) && !Util.empty(err.message)) {
        // the page's program says nothing here; the suite looks at the server
      }
    }
  }
}

Client.main(process.argv.slice(2));
