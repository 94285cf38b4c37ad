/// What a controller asks of a relay: one line of text each, words separated by one space.
///
/// Every answer is any number of data lines followed by one line that starts with `ok` or with
/// `error`, a kind and a message. All commands may be repeated without further effect.
package enum RelayCommand: Hashable, Sendable {
  /// Listen for a link: `link NAME FROM TO LISTEN TARGET`, or for epmd
  /// `epmd NAME FROM TO LISTEN REAL-EPMD PORT`.
  case link(RelayLink)
  /// Cut directions at one moment: `cut A B [C D …]`, or `cut-stream A B [C D …]`.
  case cut([Direction], CutMode)
  /// End cuts: `heal A B [C D …]`.
  case heal([Direction])
  /// Delay, pace or stall directions from one moment on: `shape A B [C D …] KEY=NUMBER …`, with the
  /// keys `delay-us`, `jitter-us`, `bytes-per-second`, `stall-every-us`, `stall-for-us` and `seed`.
  /// Takes the place of another shape; the shape that a direction has already stays as it is.
  case shape([Direction], LinkShape)
  /// End shapes: `unshape A B [C D …]`.
  case unshape([Direction])
  /// End every cut, every silence and every shape: `heal`.
  case healAll
  /// Treat a node as a host without power: `silence NODE`.
  case silence(String)
  /// End a silence; connections from before it are reset: `revive NODE`.
  case revive(String)
  /// Reset every connection of a link at both ends: `reset LINK`; the answer says how many.
  case reset(link: String)
  /// Describe the relay and every link: `status`.
  case status
  /// Evidence about one direction: `probe A B`.
  case probe(Direction)
  /// The relay's process id, protocol version and age: `pid`.
  case identity
  /// Close everything and end: `shutdown`.
  case shutdown

  /// The longest line that a relay reads, in bytes without the newline.
  package static let longestLine = 16_384

  /// The command written on one line, without the newline.
  package var line: String {
    switch self {
    case .link(let link):
      switch link.kind {
      case .stream: "link \(Self.words(of: link))"
      case .epmd(let port): "epmd \(Self.words(of: link)) \(port)"
      }
    case .cut(let directions, .physical): "cut\(Self.words(of: directions))"
    case .cut(let directions, .stream): "cut-stream\(Self.words(of: directions))"
    case .heal(let directions): "heal\(Self.words(of: directions))"
    case .healAll: "heal"
    case .shape(let directions, let shape):
      "shape\(Self.words(of: directions)) \(shape.words.joined(separator: " "))"
    case .unshape(let directions): "unshape\(Self.words(of: directions))"
    case .silence(let node): "silence \(node)"
    case .revive(let node): "revive \(node)"
    case .reset(let link): "reset \(link)"
    case .status: "status"
    case .probe(let direction): "probe\(Self.words(of: [direction]))"
    case .identity: "pid"
    case .shutdown: "shutdown"
    }
  }

  private static func words(of directions: [Direction]) -> String {
    directions.map { " \($0.from) \($0.to)" }.joined()
  }

  private static func words(of link: RelayLink) -> String {
    "\(link.name) \(link.direction.from) \(link.direction.to) \(link.listen) \(link.target)"
  }
}

extension RelayCommand {
  private static let names = [
    "link", "epmd", "cut", "cut-stream", "heal", "shape", "unshape", "silence", "revive", "reset",
    "status", "probe", "pid", "shutdown",
  ]

  /// The command that `line` stands for.
  package init(line: String) throws(RelayError) {
    let words: [String] = line.split(separator: " ").map { String($0) }
    let arguments = Array(words.dropFirst())
    switch (words.first ?? "", arguments.count) {
    case ("link", 5), ("epmd", 6): self = .link(try Self.link(arguments))
    case ("cut", _): self = .cut(try Self.directions(arguments, of: "cut"), .physical)
    case ("cut-stream", _): self = .cut(try Self.directions(arguments, of: "cut-stream"), .stream)
    case ("heal", 0): self = .healAll
    case ("heal", _): self = .heal(try Self.directions(arguments, of: "heal"))
    case ("shape", _): self = try Self.shape(arguments)
    case ("unshape", _): self = .unshape(try Self.directions(arguments, of: "unshape"))
    case ("silence", 1): self = .silence(try Self.name(arguments[0]))
    case ("revive", 1): self = .revive(try Self.name(arguments[0]))
    case ("reset", 1): self = .reset(link: try Self.name(arguments[0]))
    case ("status", 0): self = .status
    case ("probe", 2): self = .probe(try Self.directions(arguments, of: "probe")[0])
    case ("pid", 0): self = .identity
    case ("shutdown", 0): self = .shutdown
    case (let word, let count): throw Self.misunderstood(word, count)
    }
  }

  private static func misunderstood(_ word: String, _ count: Int) -> RelayError {
    if names.contains(word) {
      return RelayError(.badRequest, "\(word) does not take \(count) arguments")
    }
    return RelayError(
      .badRequest,
      "unknown command '\(word.prefix(40))'; known are \(names.joined(separator: ", "))")
  }

  private static func link(_ words: [String]) throws(RelayError) -> RelayLink {
    var kind = RelayLink.Kind.stream
    if words.count == 6 {
      guard let port = UInt16(words[5]), port > 0 else {
        throw RelayError(.badRequest, "'\(words[5].prefix(40))' is not a port of 1 to 65535")
      }
      kind = .epmd(answering: port)
    }
    return RelayLink(
      name: try name(words[0]),
      direction: Direction(from: try name(words[1]), to: try name(words[2])),
      listen: try endpoint(words[3]), target: try endpoint(words[4]), kind: kind)
  }

  private static func directions(
    _ words: [String], of command: String
  ) throws(RelayError) -> [Direction] {
    guard !words.isEmpty && words.count % 2 == 0 else {
      throw RelayError(.badRequest, "\(command) takes pairs of names, not \(words.count) words")
    }
    var directions: [Direction] = []
    for index in stride(from: 0, to: words.count, by: 2) {
      directions.append(
        Direction(from: try name(words[index]), to: try name(words[index + 1])))
    }
    return directions
  }

  private static func shape(_ words: [String]) throws(RelayError) -> RelayCommand {
    let names = Array(words.prefix { !$0.contains("=") })
    return .shape(
      try directions(names, of: "shape"),
      try LinkShape(words: Array(words.dropFirst(names.count))))
  }

  private static func name(_ word: String) throws(RelayError) -> String {
    let allowed = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "._-@".utf8.contains(byte)
      }
    }
    guard allowed && word.utf8.count <= 64 else {
      throw RelayError(
        .badRequest, "'\(word.prefix(40))' is not a name: letters, digits and ._-@, at most 64")
    }
    return word
  }

  private static func endpoint(_ word: String) throws(RelayError) -> RelayEndpoint {
    guard let endpoint = RelayEndpoint(word) else {
      throw RelayError(
        .badRequest, "'\(word.prefix(40))' is not an address such as 127.1.1.2:5672")
    }
    return endpoint
  }
}
