// SPDX-License-Identifier: Apache-2.0

// The official client of the old API behind the suite's protocol (tests/sdk/README.md). It has one
// class a call, named after the path, with setters named after the keys: so both are found by name.

import com.dingtalk.api.DefaultDingTalkClient;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.taobao.api.TaobaoObject;
import com.taobao.api.TaobaoRequest;
import com.taobao.api.TaobaoResponse;
import com.taobao.api.internal.mapping.ApiField;
import com.taobao.api.internal.mapping.ApiListField;
import com.taobao.api.internal.util.WebV2Utils;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static java.nio.charset.StandardCharsets.UTF_8;

public class Adapter {
    private static final Gson GSON = new Gson();
    private final String server;

    Adapter(String server) {
        this.server = server;
    }

    /** dept_id, extcontact or userid as it stands in the names of classes and setters. */
    private static String camel(String words) {
        StringBuilder out = new StringBuilder();
        for (String word : words.split("[/_]")) {
            if (!word.isEmpty()) {
                out.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return out.toString();
    }

    /** The value as the setter takes it; null if it takes another kind. */
    private static Object given(JsonElement value, Class<?> kind) throws Exception {
        if (value.isJsonPrimitive()) {
            JsonPrimitive one = value.getAsJsonPrimitive();
            return one.isString() && kind == String.class ? one.getAsString()
                    : one.isNumber() && kind == Long.class ? (Object) one.getAsLong()
                    : one.isBoolean() && kind == Boolean.class ? one.getAsBoolean() : null;
        }
        if (value.isJsonArray()) {
            return kind != List.class ? null : value.getAsJsonArray().asList().stream()
                    .map(v -> v.getAsJsonPrimitive().isNumber() ? (Object) v.getAsLong()
                            : v.getAsString()).toList();
        }
        return TaobaoObject.class.isAssignableFrom(kind)
                ? filled(kind.getDeclaredConstructor().newInstance(), value.getAsJsonObject())
                : null;
    }

    private static <T> T filled(T bean, JsonObject args) throws Exception {
        for (Map.Entry<String, JsonElement> arg : args.entrySet()) {
            boolean set = false;
            for (Method method : bean.getClass().getMethods()) {
                Object value = !method.getName().equals("set" + camel(arg.getKey())) ? null
                        : given(arg.getValue(), method.getParameterTypes()[0]);
                if (value != null) {
                    method.invoke(bean, value);
                    set = true;
                }
            }
            if (!set) {
                throw new IllegalArgumentException(bean.getClass() + " takes no " + arg);
            }
        }
        return bean;
    }

    /** What the SDK's typed result holds, under its wire names. */
    private static JsonElement held(Object value) throws Exception {
        if (value instanceof List<?> list) {
            JsonArray out = new JsonArray();
            for (Object one : list) {
                out.add(held(one));
            }
            return out;
        }
        if (!(value instanceof TaobaoObject) && !(value instanceof TaobaoResponse)) {
            return GSON.toJsonTree(value);
        }
        JsonObject out = new JsonObject();
        for (Field field : value.getClass().getDeclaredFields()) {
            ApiField one = field.getAnnotation(ApiField.class);
            ApiListField many = field.getAnnotation(ApiListField.class);
            field.setAccessible(true);
            if ((one != null || many != null) && field.get(value) != null) {
                out.add(many != null ? many.value() : one.value(), held(field.get(value)));
            }
        }
        return out;
    }

    private Map<String, Object> answer(JsonObject call) {
        try {
            String path = call.get("op").getAsString();
            String name = camel(path.startsWith("/topapi/") ? path.substring(7) : path);
            TaobaoRequest<?> request = (TaobaoRequest<?>) filled(
                    Class.forName("com.dingtalk.api.request.Oapi" + name + "Request")
                            .getDeclaredConstructor().newInstance(), call.getAsJsonObject("args"));
            DefaultDingTalkClient client = new DefaultDingTalkClient(server + path);
            TaobaoResponse said = call.has("token")
                    ? client.execute(request, call.get("token").getAsString())
                    : client.execute(request, null);
            JsonElement typed = held(said);
            if (said.isSuccess()) {
                return Map.of("ok", typed, "statusCode", 200);
            }
            Map<String, Object> error = new TreeMap<>();
            error.put("code", typed.getAsJsonObject().get("errcode"));
            error.put("message", typed.getAsJsonObject().get("errmsg"));
            error.put("subCode", said.getSubCode());
            error.put("subMessage", said.getSubMessage());
            error.put("data", GSON.fromJson(said.getBody(), JsonObject.class));
            return Map.of("error", error);
        } catch (Exception e) {
            return Map.of("failed", e.toString());
        }
    }

    public static void main(String[] args) throws Exception {
        String endpoint = "", protocol = "";
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--endpoint" -> endpoint = args[++i];
                case "--protocol" -> protocol = args[++i];
                case "--ca" -> i++; // it takes none: the trust store is the program's
                case "--autoretry" -> { } // it has no such option
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        WebV2Utils.setIgnoreSSLCheck(false); // left alone, the client trusts any certificate
        Adapter adapter = new Adapter(protocol + "://" + endpoint);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        for (String line; (line = in.readLine()) != null;) {
            out.println(GSON.toJson(adapter.answer(GSON.fromJson(line, JsonObject.class))));
        }
    }
}
