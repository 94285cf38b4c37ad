import Environment

/// The words `key=value` of an answer.
struct Fields {
  private var values: [Substring: Substring] = [:]
  private let line: String

  init(_ line: String) {
    self.line = line
    for word in line.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
  }

  func text(_ key: Substring) throws(RelayError) -> String {
    guard let value = values[key] else { throw garbled(key) }
    return String(value)
  }

  func number<Number: FixedWidthInteger>(_ key: Substring) throws(RelayError) -> Number {
    guard let value = values[key], let number = Number(value) else { throw garbled(key) }
    return number
  }

  func duration(_ key: Substring) throws(RelayError) -> Duration {
    .microseconds(try number(key) as Int64)
  }

  func flag(_ key: Substring, yes: String, no: String) throws(RelayError) -> Bool {
    let word = try text(key)
    guard word == yes || word == no else { throw garbled(key) }
    return word == yes
  }

  func endpoint(_ key: Substring) throws(RelayError) -> RelayEndpoint {
    guard let endpoint = RelayEndpoint(try text(key)) else { throw garbled(key) }
    return endpoint
  }

  func garbled(_ key: Substring) -> RelayError {
    RelayError(.garbled, "the relay's answer has no readable '\(key)': \(line.prefix(200))")
  }
}

extension Duration {
  var microsecondWord: String { "\(nanoseconds / 1000)" }
}

extension FlowStatus {
  func words(_ prefix: String) -> String {
    "\(prefix)=\(isStalled ? "stalled" : "open") \(prefix)-bytes=\(forwarded) "
      + "\(prefix)-since-stall=\(forwardedSinceStall) \(prefix)-held=\(held) "
      + ShapeStatus.words(shape, prefix)
  }

  init(_ fields: Fields, _ prefix: String) throws(RelayError) {
    isStalled = try fields.flag("\(prefix)", yes: "stalled", no: "open")
    forwarded = try fields.number("\(prefix)-bytes")
    forwardedSinceStall = try fields.number("\(prefix)-since-stall")
    held = try fields.number("\(prefix)-held")
    shape = try ShapeStatus.read(fields, prefix)
  }
}

extension LinkStatus {
  var line: String {
    var kind = "stream"
    if case .epmd(let port) = link.kind { kind = "\(port)" }
    return "link name=\(link.name) from=\(link.direction.from) to=\(link.direction.to) "
      + "listen=\(link.listen) target=\(link.target) epmd=\(kind) connections=\(connections) "
      + "connects=\(connectsHang ? "hang" : "complete") dropped=\(droppedConnects) "
      + "refused=\(refused) resets=\(resets) "
      + "\(forward.words("forward")) \(backward.words("backward"))"
  }

  init(line: String) throws(RelayError) {
    let fields = Fields(line)
    var kind = RelayLink.Kind.stream
    if try fields.text("epmd") != "stream" { kind = .epmd(answering: try fields.number("epmd")) }
    self.init(
      link: RelayLink(
        name: try fields.text("name"),
        direction: Direction(from: try fields.text("from"), to: try fields.text("to")),
        listen: try fields.endpoint("listen"), target: try fields.endpoint("target"), kind: kind),
      connections: try fields.number("connections"),
      connectsHang: try fields.flag("connects", yes: "hang", no: "complete"),
      droppedConnects: try fields.number("dropped"), refused: try fields.number("refused"),
      resets: try fields.number("resets"),
      forward: try FlowStatus(fields, "forward"), backward: try FlowStatus(fields, "backward"))
  }
}

extension RelayIdentity {
  var words: String {
    "pid=\(process) protocol=\(protocolVersion) uptime-us=\(uptime.microsecondWord)"
  }

  init(_ fields: Fields) throws(RelayError) {
    process = try fields.number("pid")
    protocolVersion = try fields.number("protocol")
    uptime = try fields.duration("uptime-us")
  }
}

extension RelayStatus {
  var lines: [String] {
    links.map(\.line) + [
      "ok \(identity.words) lag-us=\(loopLag.microsecondWord) "
        + "worst-lag-us=\(worstLoopLag.microsecondWord) links=\(links.count)"
    ]
  }

  init(lines: [String]) throws(RelayError) {
    let fields = Fields(lines.last ?? "")
    var links: [LinkStatus] = []
    for line in lines.dropLast() { links.append(try LinkStatus(line: line)) }
    self.init(
      identity: try RelayIdentity(fields), loopLag: try fields.duration("lag-us"),
      worstLoopLag: try fields.duration("worst-lag-us"), links: links)
  }
}

extension FlowEvidence {
  var line: String {
    "ok from=\(direction.from) to=\(direction.to) connections=\(connections) "
      + "connects=\(connectsHang ? "hang" : "complete") dropped=\(droppedConnects) "
      + "resets=\(resets) \(flow.words("flow"))"
  }

  init(line: String) throws(RelayError) {
    let fields = Fields(line)
    self.init(
      direction: Direction(from: try fields.text("from"), to: try fields.text("to")),
      connections: try fields.number("connections"), flow: try FlowStatus(fields, "flow"),
      connectsHang: try fields.flag("connects", yes: "hang", no: "complete"),
      droppedConnects: try fields.number("dropped"), resets: try fields.number("resets"))
  }
}
