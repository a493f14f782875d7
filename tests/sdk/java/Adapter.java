// SPDX-License-Identifier: Apache-2.0

// The Java SDK behind the suite's protocol (tests/sdk/README.md). The published package has no
// CreateGroup and no UpdateGroup: they go through its client's generic call, with the parameters
// that the other SDKs' typed calls give it.

import com.aliyun.dingtalkcontact_1_0.models.GetUserHeaders;
import com.aliyun.dingtalkcontact_1_0.models.SearchUserHeaders;
import com.aliyun.dingtalkcontact_1_0.models.SearchUserRequest;
import com.aliyun.dingtalkim_1_0.models.ChatIdToOpenConversationIdHeaders;
import com.aliyun.dingtalkim_1_0.models.ChatSubAdminUpdateHeaders;
import com.aliyun.dingtalkim_1_0.models.ChatSubAdminUpdateRequest;
import com.aliyun.dingtalkim_1_0.models.CheckUserIsGroupMemberHeaders;
import com.aliyun.dingtalkim_1_0.models.CheckUserIsGroupMemberRequest;
import com.aliyun.dingtalkim_1_0.models.GetInnerGroupMembersHeaders;
import com.aliyun.dingtalkim_1_0.models.GetInnerGroupMembersRequest;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoHeaders;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoRequest;
import com.aliyun.dingtalkoauth2_1_0.models.GetAccessTokenRequest;
import com.aliyun.dingtalkoauth2_1_0.models.GetTokenRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaModel;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.Common;
import com.aliyun.teautil.models.RuntimeOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import static java.nio.charset.StandardCharsets.UTF_8;

public class Adapter {
    private final com.aliyun.dingtalkim_1_0.Client im;
    private final com.aliyun.dingtalkoauth2_1_0.Client oauth2;
    private final com.aliyun.dingtalkcontact_1_0.Client contact;
    private final RuntimeOptions runtime = new RuntimeOptions();

    private record Call(String op, Map<String, Object> args, String token,
                        Map<String, String> headers) {
        @SuppressWarnings("unchecked")
        static Call of(String line) {
            Map<String, Object> said = (Map<String, Object>) Common.parseJSON(line);
            return new Call((String) said.get("op"),
                    (Map<String, Object>) said.get("args"), (String) said.get("token"),
                    (Map<String, String>) said.getOrDefault("headers", new HashMap<>()));
        }

        /** One of the SDK's requests from wire names. */
        <T extends TeaModel> T request(T out) throws Exception {
            return TeaModel.build(args, out);
        }

        String path(String key) {
            return (String) args.get(key);
        }
    }

    Adapter(Config config, boolean autoretry) throws Exception {
        im = new com.aliyun.dingtalkim_1_0.Client(config);
        oauth2 = new com.aliyun.dingtalkoauth2_1_0.Client(config);
        contact = new com.aliyun.dingtalkcontact_1_0.Client(config);
        if (autoretry) {
            runtime.autoretry = true;
        }
    }

    private Map<String, ?> generic(Call call, String pathname) throws Exception {
        Params params = new Params().setAction(call.op).setVersion("im_1.0").setProtocol("HTTP")
                .setPathname(pathname).setMethod("POST").setAuthType("AK").setStyle("ROA")
                .setReqBodyType("none").setBodyType("json");
        Map<String, String> headers = new HashMap<>(call.headers);
        if (call.token != null) {
            headers.put("x-acs-dingtalk-access-token", call.token);
        }
        return im.execute(params, new OpenApiRequest().setHeaders(headers).setBody(call.args),
                runtime);
    }

    private Map<String, ?> send(Call c) throws Exception {
        return switch (c.op) {
            case "CreateGroup" -> generic(c, "/v1.0/im/group/create");
            case "UpdateGroup" -> generic(c, "/v1.0/im/group/update");
            case "GetAccessToken" -> oauth2.getAccessTokenWithOptions(
                    c.request(new GetAccessTokenRequest()), c.headers, runtime).toMap();
            case "GetToken" -> oauth2.getTokenWithOptions(c.path("corpId"),
                    c.request(new GetTokenRequest()), c.headers, runtime).toMap();
            case "ChatIdToOpenConversationId" -> im.chatIdToOpenConversationIdWithOptions(
                    c.path("chatId"), new ChatIdToOpenConversationIdHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "ChatSubAdminUpdate" -> im.chatSubAdminUpdateWithOptions(
                    c.request(new ChatSubAdminUpdateRequest()), new ChatSubAdminUpdateHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "CheckUserIsGroupMember" -> im.checkUserIsGroupMemberWithOptions(
                    c.request(new CheckUserIsGroupMemberRequest()),
                    new CheckUserIsGroupMemberHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "GetInnerGroupMembers" -> im.getInnerGroupMembersWithOptions(
                    c.request(new GetInnerGroupMembersRequest()), new GetInnerGroupMembersHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "GetSceneGroupInfo" -> im.getSceneGroupInfoWithOptions(
                    c.request(new GetSceneGroupInfoRequest()), new GetSceneGroupInfoHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "GetUser" -> contact.getUserWithOptions(c.path("unionId"), new GetUserHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            case "SearchUser" -> contact.searchUserWithOptions(
                    c.request(new SearchUserRequest()), new SearchUserHeaders()
                            .setCommonHeaders(c.headers).setXAcsDingtalkAccessToken(c.token),
                    runtime).toMap();
            default -> throw new IllegalArgumentException("no such operation: " + c.op);
        };
    }

    private Map<String, Object> answer(Call call) {
        Map<String, Object> said = new HashMap<>();
        try {
            Map<String, ?> result = send(call);
            said.put("ok", result.get("body"));
            said.put("statusCode", result.get("statusCode"));
        } catch (TeaException e) {
            if (e.getData() == null || e.getData().get("statusCode") == null) {
                return Map.of("failed", Objects.toString(e));
            }
            Map<String, Object> error = new HashMap<>();
            error.put("code", e.getCode());
            error.put("message", e.getMessage());
            error.put("data", e.getData());
            error.put("description", e.getDescription());
            error.put("accessDeniedDetail", e.getAccessDeniedDetail());
            error.put("statusCode", e.getStatusCode());
            said.put("error", error);
        } catch (Exception e) {
            said.put("failed", Objects.toString(e));
        }
        return said;
    }

    public static void main(String[] args) throws Exception {
        Config config = new Config().setRegionId("central");
        boolean autoretry = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--endpoint" -> config.endpoint = args[++i];
                case "--protocol" -> config.protocol = args[++i];
                case "--ca" -> config.ca = Files.readString(Path.of(args[++i]));
                case "--autoretry" -> autoretry = true;
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        Adapter adapter = new Adapter(config, autoretry);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        for (String line; (line = in.readLine()) != null;) {
            out.println(Common.toJSONString(adapter.answer(Call.of(line))));
        }
        System.exit(0); // threads of the SDK's connections would hold the program
    }
}
