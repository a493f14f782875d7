// SPDX-License-Identifier: Apache-2.0

// The Node.js SDK behind the suite's protocol (tests/sdk/README.md). The published package has no
// CreateGroup and no UpdateGroup: they go through its client's generic call, with the parameters
// that the other SDKs' typed calls give it.
'use strict';
const fs = require('fs');
const readline = require('readline');
const { parseArgs } = require('util');
const contact = require('@alicloud/dingtalk/contact_1_0');
const im = require('@alicloud/dingtalk/im_1_0');
const oauth2 = require('@alicloud/dingtalk/oauth2_1_0');
const OpenApi = require('@alicloud/openapi-client');
const tea = require('@alicloud/tea-typescript');
const Util = require('@alicloud/tea-util');

// op: module, arguments that go into the path, has a request object
const TYPED = {
  GetAccessToken: [oauth2, [], true],
  GetToken: [oauth2, ['corpId'], true],
  ChatIdToOpenConversationId: [im, ['chatId'], false],
  ChatSubAdminUpdate: [im, [], true],
  CheckUserIsGroupMember: [im, [], true],
  GetInnerGroupMembers: [im, [], true],
  GetSceneGroupInfo: [im, [], true],
  GetUser: [contact, ['unionId'], false],
  SearchUser: [contact, [], true],
};

const GENERIC = {
  CreateGroup: '/v1.0/im/group/create',
  UpdateGroup: '/v1.0/im/group/update',
};

function prepare(options) {
  const config = new OpenApi.Config({
    endpoint: options.endpoint, protocol: options.protocol, regionId: 'central',
  });
  if (options.ca) {
    config.ca = fs.readFileSync(options.ca, 'utf8');
  }
  const runtime = new Util.RuntimeOptions(options.autoretry ? { autoretry: true } : {});
  const clients = new Map([im, oauth2, contact].map((m) => [m, new m.default(config)]));
  return { clients, runtime };
}

// A request of the SDK from wire names.
function request(Model, args) {
  return tea.cast(args, new Model({}));
}

async function typed({ clients, runtime }, call) {
  const [module, path, hasRequest] = TYPED[call.op];
  const args = { ...call.args };
  const given = path.map((key) => args[key]);
  path.forEach((key) => delete args[key]);
  if (hasRequest) {
    given.push(request(module[`${call.op}Request`], args));
  }
  if (module === oauth2) {
    given.push({});
  } else {
    const headers = new module[`${call.op}Headers`]({});
    headers.commonHeaders = call.headers || {};
    headers.xAcsDingtalkAccessToken = call.token;
    given.push(headers);
  }
  const method = call.op[0].toLowerCase() + call.op.slice(1) + 'WithOptions';
  const result = await clients.get(module)[method](...given, runtime);
  return { ok: tea.toMap(result.body), statusCode: result.statusCode };
}

async function generic({ clients, runtime }, call) {
  const params = new OpenApi.Params({
    action: call.op, version: 'im_1.0', protocol: 'HTTP', method: 'POST',
    pathname: GENERIC[call.op], authType: 'AK', style: 'ROA', reqBodyType: 'none',
    bodyType: 'json',
  });
  const headers = { ...call.headers };
  if (call.token !== undefined) {
    headers['x-acs-dingtalk-access-token'] = call.token;
  }
  const sent = new OpenApi.OpenApiRequest({ headers, body: call.args });
  const result = await clients.get(im).execute(params, sent, runtime);
  return { ok: result.body, statusCode: result.statusCode };
}

async function answer(sdk, call) {
  try {
    return await (call.op in GENERIC ? generic(sdk, call) : typed(sdk, call));
  } catch (error) {
    if (error.data === undefined || error.data.statusCode === undefined) {
      return { failed: String(error) };
    }
    const { code, message, data, description, accessDeniedDetail, statusCode } = error;
    return { error: { code, message, data, description, accessDeniedDetail, statusCode } };
  }
}

async function main() {
  const { values } = parseArgs({ options: {
    endpoint: { type: 'string' }, protocol: { type: 'string' }, ca: { type: 'string' },
    autoretry: { type: 'boolean' },
  } });
  const sdk = prepare(values);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(sdk, JSON.parse(line))) + '\n');
  }
  process.exit(0); // connections that are kept alive would hold the program
}

main();
