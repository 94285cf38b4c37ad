/// What is wrong with the arguments.
struct UsageError: Error {
  let message: String
}

/// What the arguments ask for.
enum Invocation {
  /// The options of `stoat-node relay`.
  struct Relay {
    var controlPath: String
    var lifetimeSeconds: Int64 = 6 * 3600
  }

  case help
  case version
  case relay(Relay)

  static let versionText = "0.1.0"

  static let helpText = """
    usage: stoat-node relay --control PATH [--max-lifetime SECONDS]
           stoat-node --help | --version

    commands
      relay   carry the bytes between the nodes of a cluster; cut, delay or pace them on command

    options of relay
      --control PATH           the unix socket on which it takes commands
      --max-lifetime SECONDS   end after this time, default 21600

    The relay keeps its state when its controller ends. SIGTERM, SIGINT or the command 'shutdown'
    end it. Exit codes: 0 ended in order, 64 bad usage, 70 could not start.
    """

  private static let commands = ["relay", "--help", "--version"]
  private static let relayOptions = ["--control", "--max-lifetime", "--help"]

  init(_ arguments: [String]) throws(UsageError) {
    guard let command = arguments.first else { throw UsageError(message: "a command is missing") }
    switch command {
    case "--help", "-h", "help": self = .help
    case "--version": self = .version
    case "relay": self = try Self.relay(Array(arguments.dropFirst()))
    default: throw UsageError(message: Self.unknown("command", command, among: Self.commands))
    }
  }

  private static func relay(_ arguments: [String]) throws(UsageError) -> Invocation {
    var path: String?
    var options = Relay(controlPath: "")
    var index = 0
    while index < arguments.count {
      let (name, attached) = split(arguments[index])
      if name == "--help" || name == "-h" { return .help }
      guard relayOptions.contains(name) else {
        throw UsageError(message: unknown("option", name, among: relayOptions))
      }
      index += attached == nil ? 2 : 1
      guard let value = attached ?? (index <= arguments.count ? arguments[index - 1] : nil) else {
        throw UsageError(message: "option \(name) needs a value")
      }
      if name == "--control" {
        path = value
      } else {
        options.lifetimeSeconds = try seconds(value)
      }
    }
    guard let path, !path.isEmpty else {
      throw UsageError(message: "relay needs --control PATH, the unix socket for its commands")
    }
    options.controlPath = path
    return .relay(options)
  }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard argument.hasPrefix("--"), parts.count == 2 else { return (argument, nil) }
    return (String(parts[0]), String(parts[1]))
  }

  private static func seconds(_ text: String) throws(UsageError) -> Int64 {
    guard let seconds = Int64(text), (1...31_536_000).contains(seconds) else {
      throw UsageError(
        message: "--max-lifetime takes 1 to 31536000 seconds, not '\(text)'")
    }
    return seconds
  }

  private static func unknown(_ what: String, _ word: String, among known: [String]) -> String {
    let nearest = known.map { (name: $0, distance: editDistance($0, word)) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= max(2, word.count / 2) else {
      return "unknown \(what) '\(word)'; known are \(known.joined(separator: ", "))"
    }
    return "unknown \(what) '\(word)'; did you mean '\(nearest.name)'?"
  }
}

/// How many letters have to be added, removed or changed to turn `a` into `b` (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
  let other = Array(b.prefix(64))
  var row = Array(0...other.count)
  for (i, left) in a.prefix(64).enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in other.enumerated() {
      let substitution = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[other.count]
}
