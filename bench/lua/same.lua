-- SPDX-License-Identifier: Apache-2.0
-- same.lua -- the URL of the command line, over and over.
require "report"
