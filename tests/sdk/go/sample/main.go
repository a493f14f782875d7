// SPDX-License-Identifier: Apache-2.0

// The program that DingTalk's page of the call shows for Go: the same calls, values and order;
// the token is one that exists in the demo world, and imports that the page's program does not
// use, which Go's compiler refuses, are left out.
package main

import (
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	dingtalkim_1_0 "github.com/alibabacloud-go/dingtalk/im_1_0"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

func CreateClient() (_result *dingtalkim_1_0.Client, _err error) {
	config := &openapi.Config{}
	config.Protocol = tea.String("https")
	config.RegionId = tea.String("central")
	_result = &dingtalkim_1_0.Client{}
	_result, _err = dingtalkim_1_0.NewClient(config)
	return _result, _err
}

func _main(args []*string) (_err error) {
	client, _err := CreateClient()
	if _err != nil {
		return _err
	}

	updateGroupHeaders := &dingtalkim_1_0.UpdateGroupHeaders{}
	updateGroupHeaders.XAcsDingtalkAccessToken = tea.String("6d1bxxxx")
	managementOptions := &dingtalkim_1_0.UpdateGroupRequestManagementOptions{
		MentionAllAuthority: tea.Int32(0),
		ShowHistoryType:     tea.Int32(0),
		ValidationType:      tea.Int32(0),
		Searchable:          tea.Int32(0),
		ChatBannedType:      tea.Int32(0),
		ManagementType:      tea.Int32(0),
	}
	updateGroupRequest := &dingtalkim_1_0.UpdateGroupRequest{
		Chatid:            tea.String("chatxxxx"),
		Name:              tea.String("全员群。"),
		Owner:             tea.String("04201724372xxxx"),
		OwnerType:         tea.String("emp"),
		AddUseridlist:     []*string{tea.String("userid1")},
		DelUseridlist:     []*string{tea.String("userid1")},
		AddExtidlist:      []*string{tea.String("unionId")},
		DelExtidlist:      []*string{tea.String("unionId")},
		Icon:              tea.String("@mediaId"),
		ManagementOptions: managementOptions,
	}
	tryErr := func() (_e error) {
		defer func() {
			if r := tea.Recover(recover()); r != nil {
				_e = r
			}
		}()
		_, _err = client.UpdateGroupWithOptions(updateGroupRequest, updateGroupHeaders, &util.RuntimeOptions{})
		if _err != nil {
			return _err
		}

		return nil
	}()

	if tryErr != nil {
		var err = &tea.SDKError{}
		if _t, ok := tryErr.(*tea.SDKError); ok {
			err = _t
		} else {
			err.Message = tea.String(tryErr.Error())
		}
		if !tea.BoolValue(util.Empty(err.Code)) && !tea.BoolValue(util.Empty(err.Message)) {
		}

	}
	return _err
}

func main() {
	err := _main(tea.StringSlice(os.Args[1:]))
	if err != nil {
		panic(err)
	}
}
