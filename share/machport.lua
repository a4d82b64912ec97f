-- Packets of `machport trace -o`, for Wireshark: docs/trace-packets.md has their layout.

local machport = Proto("machport", "Mach ports")

local events = {
	[1] = "send",
	[2] = "receive",
	[3] = "kernel",
	[4] = "destroy",
	[5] = "block",
}

-- Name, offset, bytes, and what it is.
local layout = {
	{"event", 4, 4, "Event"},
	{"time_ns", 8, 8, "Time (ns)"},
	{"message", 16, 8, "Message"},
	{"sender", 24, 4, "Sender, task"},
	{"sender_pid", 28, 4, "Sender, pid"},
	{"receiver", 32, 4, "Receiver, task"},
	{"receiver_pid", 36, 4, "Receiver, pid"},
	{"port", 40, 4, "Port"},
	{"port_name", 44, 4, "Name of the port in the receiver"},
	{"reply_port", 48, 4, "Reply port"},
	{"msgh_id", 52, 4, "msgh_id"},
	{"msgh_bits", 56, 4, "msgh_bits"},
	{"size", 60, 4, "msgh_size"},
	{"rights", 64, 4, "Rights"},
	{"memory_bytes", 68, 4, "Bytes out of line"},
	{"captured", 72, 4, "Bytes captured"},
	{"queued", 76, 4, "Messages in the queue"},
}
local LABEL, LABEL_BYTES = 80, 64
local MESSAGE = LABEL + LABEL_BYTES

local fields = {}
for _, field in ipairs(layout) do
	local name, bytes, text = field[1], field[3], field[4]
	local full = "machport." .. name
	if name == "event" then
		fields[name] = ProtoField.uint32(full, text, base.DEC, events)
	elseif name == "msgh_id" then
		fields[name] = ProtoField.int32(full, text)
	elseif name == "msgh_bits" or name == "port_name" then
		fields[name] = ProtoField.uint32(full, text, base.HEX)
	elseif bytes == 8 then
		fields[name] = ProtoField.uint64(full, text)
	else
		fields[name] = ProtoField.uint32(full, text)
	end
end
fields.label = ProtoField.stringz("machport.label", "Label")
fields.body = ProtoField.bytes("machport.body", "Bytes of the message")
machport.fields = fields

local function who(pid)
	return pid == 0 and "kernel" or tostring(pid)
end

function machport.dissector(buffer, pinfo, tree)
	if buffer:len() < MESSAGE then
		return 0
	end
	local subtree = tree:add(machport, buffer())
	for _, field in ipairs(layout) do
		subtree:add_le(fields[field[1]], buffer(field[2], field[3]))
	end
	subtree:add(fields.label, buffer(LABEL, LABEL_BYTES))
	if buffer:len() > MESSAGE then
		subtree:add(fields.body, buffer(MESSAGE))
	end
	pinfo.cols.protocol = "Mach"
	pinfo.cols.src = who(buffer(28, 4):le_uint())
	pinfo.cols.dst = who(buffer(36, 4):le_uint())
	local event = events[buffer(4, 4):le_uint()] or "unknown event"
	pinfo.cols.info = string.format("%s: message %d to port %d, %d bytes",
		event, buffer(52, 4):le_int(), buffer(40, 4):le_uint(),
		buffer(60, 4):le_uint())
	return buffer:len()
end

-- LINKTYPE_USER0; wtap is not there in every version.
local user0 = wtap and wtap.USER0 or wtap_encaps.USER0
DissectorTable.get("wtap_encap"):add(user0, machport)
