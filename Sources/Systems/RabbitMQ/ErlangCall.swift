import Environment
import Hosts
import Harness
import Operations
import Synchronization

/// Asks a node to evaluate an Erlang expression, through `erl_call`: some milliseconds a question.
///
/// The connection goes to the node's own port and not through the relay, so that an isolated node
/// answers as well. It is a hidden one: the node counts it as no member of the cluster.
struct ErlangCall: Sendable {
  let installation: RabbitMQInstallation
  let layout: RabbitMQLayout
  let host: any Host
  let cookie: String
  let token: String
  private let names = CallNames()

  /// Evaluates `expression`, whose value has to be a binary, and returns its lines. Throws
  /// `timedOut` if there is no answer in time and `failed` for anything else.
  func lines(
    _ expression: String, on node: NodeID, asking subject: String, timeout: Duration
  ) async throws(SystemFailure) -> [String] {
    let name = names.take()
    defer { names.giveBack(name) }
    let command = Command(
      installation.erlCall,
      // Erlang drops the older of two connections with one name, so that calls at the same time
      // need different ones; every name costs the node an atom for ever, so they are used again.
      [
        "-address", "\(NodeLayout.ownAddress):\(layout.places.peerPort(of: node))", "-c", cookie,
        "-h", "stoat\(name)",
        "-e",
      ],
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": layout.places.configDirectory(of: node),
        LocalHost.marker: token,
      ],
      input: Self.asLines(expression), outputLimit: 1 << 22)
    let result = try await host.run(command, timeout: timeout)
    if result.succeeded, let lines = Self.strings(in: result.output) { return lines }
    throw failure(result, node, subject, timeout)
  }

  /// The expression with its binary cut into a list of lines: `erl_call` prints only the first
  /// thirty bytes of a binary, but the whole of a list of strings.
  private static func asLines(_ expression: String) -> String {
    """
    [binary_to_list(L) || L <- binary:split(begin \(expression) end, <<10>>, [global, trim_all])].

    """
  }

  /// The strings of `{ok, ["a", "b"]}`; nil for any other answer. The lines that the harness asks
  /// for hold neither quotes nor backslashes.
  static func strings(in answer: String) -> [String]? {
    let start = "{ok, ["
    let end = "]}"
    let answer = answer.trimmingPrefix { $0.isWhitespace }
    guard answer.hasPrefix(start), let close = answer.lastIndex(of: "]"),
      answer[close...].hasPrefix(end)
    else { return nil }
    var rest = answer[answer.index(answer.startIndex, offsetBy: start.count)..<close]
    var strings: [String] = []
    while !rest.isEmpty {
      guard rest.first == "\"", let quote = rest.dropFirst().firstIndex(of: "\"") else {
        return nil
      }
      strings.append(String(rest[rest.index(after: rest.startIndex)..<quote]))
      rest = rest[rest.index(after: quote)...]
      if rest.hasPrefix(", ") { rest = rest.dropFirst(2) } else if !rest.isEmpty { return nil }
    }
    return strings
  }

  private func failure(
    _ result: CommandResult, _ node: NodeID, _ subject: String, _ timeout: Duration
  ) -> SystemFailure {
    if result.ending == .timedOut {
      return SystemFailure(
        .timedOut, "\(node) did not say \(subject) within \(timeout.components.seconds) s")
    }
    let answer = (result.errors + result.output)
      .split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300)
    return SystemFailure(
      .failed,
      "asked \(node) for \(subject): \(result.ending), '\(answer)'. "
        + "See \(layout.logFile(of: node)).")
  }
}

/// Names for connections. A name is used again only after it has been given back and sixteen others
/// have been used since: the node must have noticed the end of its last connection.
private final class CallNames: Sendable {
  private static let rest = 16
  private let state = Mutex<(resting: [Int], count: Int)>(([], 0))

  func take() -> Int {
    state.withLock { state in
      if state.resting.count > Self.rest { return state.resting.removeFirst() }
      state.count += 1
      return state.count
    }
  }

  func giveBack(_ number: Int) {
    state.withLock { $0.resting.append(number) }
  }
}

extension String {
  /// The text as an Erlang binary, byte by byte, so that nothing in it has to be escaped.
  var erlangBinary: String {
    "<<" + utf8.map { String($0) }.joined(separator: ",") + ">>"
  }
}
