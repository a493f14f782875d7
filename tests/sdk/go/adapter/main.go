// SPDX-License-Identifier: Apache-2.0

// The Go SDK behind the suite's protocol (tests/sdk/README.md).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	contact "github.com/alibabacloud-go/dingtalk/contact_1_0"
	im "github.com/alibabacloud-go/dingtalk/im_1_0"
	oauth2 "github.com/alibabacloud-go/dingtalk/oauth2_1_0"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

type call struct {
	Op      string
	Args    map[string]interface{}
	Token   *string
	Headers map[string]*string
}

type adapter struct {
	im      *im.Client
	oauth2  *oauth2.Client
	contact *contact.Client
	runtime *util.RuntimeOptions
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// request fills one of the SDK's request structs from wire names.
func request[T any](c *call, out *T) *T {
	must(tea.Convert(c.Args, out))
	return out
}

func path(c *call, key string) *string {
	return tea.String(c.Args[key].(string))
}

func (a *adapter) send(c *call) (interface{}, error) {
	switch c.Op {
	case "GetAccessToken":
		return a.oauth2.GetAccessTokenWithOptions(request(c, &oauth2.GetAccessTokenRequest{}), c.Headers, a.runtime)
	case "GetToken":
		return a.oauth2.GetTokenWithOptions(path(c, "corpId"), request(c, &oauth2.GetTokenRequest{}), c.Headers, a.runtime)
	case "CreateGroup":
		return a.im.CreateGroupWithOptions(request(c, &im.CreateGroupRequest{}),
			&im.CreateGroupHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "UpdateGroup":
		return a.im.UpdateGroupWithOptions(request(c, &im.UpdateGroupRequest{}),
			&im.UpdateGroupHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "ChatIdToOpenConversationId":
		return a.im.ChatIdToOpenConversationIdWithOptions(path(c, "chatId"),
			&im.ChatIdToOpenConversationIdHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "ChatSubAdminUpdate":
		return a.im.ChatSubAdminUpdateWithOptions(request(c, &im.ChatSubAdminUpdateRequest{}),
			&im.ChatSubAdminUpdateHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "CheckUserIsGroupMember":
		return a.im.CheckUserIsGroupMemberWithOptions(request(c, &im.CheckUserIsGroupMemberRequest{}),
			&im.CheckUserIsGroupMemberHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "GetInnerGroupMembers":
		return a.im.GetInnerGroupMembersWithOptions(request(c, &im.GetInnerGroupMembersRequest{}),
			&im.GetInnerGroupMembersHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "GetSceneGroupInfo":
		return a.im.GetSceneGroupInfoWithOptions(request(c, &im.GetSceneGroupInfoRequest{}),
			&im.GetSceneGroupInfoHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "GetUser":
		return a.contact.GetUserWithOptions(path(c, "unionId"),
			&contact.GetUserHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	case "SearchUser":
		return a.contact.SearchUserWithOptions(request(c, &contact.SearchUserRequest{}),
			&contact.SearchUserHeaders{CommonHeaders: c.Headers, XAcsDingtalkAccessToken: c.Token}, a.runtime)
	}
	return nil, fmt.Errorf("no such operation: %s", c.Op)
}

func (a *adapter) answer(c *call) (said map[string]interface{}) {
	defer func() {
		if r := recover(); r != nil {
			said = map[string]interface{}{"failed": fmt.Sprint(r)}
		}
	}()
	result, err := a.send(c)
	var refusal *tea.SDKError
	switch {
	case errors.As(err, &refusal) && refusal.StatusCode != nil:
		var data map[string]interface{}
		must(json.Unmarshal([]byte(tea.StringValue(refusal.Data)), &data))
		return map[string]interface{}{"error": map[string]interface{}{
			"code": refusal.Code, "message": refusal.Message, "data": data,
			"description": refusal.Description, "accessDeniedDetail": refusal.AccessDeniedDetail,
			"statusCode": refusal.StatusCode,
		}}
	case err != nil:
		return map[string]interface{}{"failed": err.Error()}
	}
	typed := tea.ToMap(result)
	return map[string]interface{}{"ok": typed["body"], "statusCode": typed["statusCode"]}
}

func main() {
	endpoint := flag.String("endpoint", "", "host and port")
	protocol := flag.String("protocol", "", "http or https")
	ca := flag.String("ca", "", "file of the CA")
	autoretry := flag.Bool("autoretry", false, "runtime.autoretry")
	flag.Parse()

	config := &openapi.Config{Endpoint: endpoint, Protocol: protocol, RegionId: tea.String("central")}
	runtime := &util.RuntimeOptions{}
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		must(err)
		config.Ca = tea.String(string(pem))
	}
	if *autoretry {
		runtime.Autoretry = tea.Bool(true)
	}
	a := &adapter{runtime: runtime}
	var err error
	a.im, err = im.NewClient(config)
	must(err)
	a.oauth2, err = oauth2.NewClient(config)
	must(err)
	a.contact, err = contact.NewClient(config)
	must(err)

	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		c := &call{Headers: map[string]*string{}}
		must(json.Unmarshal(in.Bytes(), c))
		must(out.Encode(a.answer(c)))
	}
	must(in.Err())
}
