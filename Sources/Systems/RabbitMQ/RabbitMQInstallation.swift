package import Environment
package import Hosts
import Harness

/// A RabbitMQ on this machine and the Erlang that runs it; found without starting a node.
package struct RabbitMQInstallation: Hashable, Sendable {
  /// `rabbitmq-server`, the script itself and not a wrapper that changes the user.
  package var serverScript: String
  /// RabbitMQ's version, e.g. `3.10.8`.
  package var version: String
  /// Erlang's directory, e.g. `/usr/lib/erlang`.
  package var erlangRoot: String
  /// Erlang's version, e.g. `25.2.3`, or `unknown`.
  package var erlangVersion: String
  /// `erl_call`: one quick question to a node.
  package var erlCall: String
  /// `epmd`: Erlang's port mapper.
  package var epmd: String

  /// Where Debian's and RPM packages put the scripts.
  package static let packagedHome = "/usr/lib/rabbitmq"

  /// Finds RabbitMQ: the generic-unix tree `home`, or without one the distribution's package.
  ///
  /// Erlang is the `erl` that is first in `searchPath`, by default this program's PATH and the
  /// system's directories. Throws `unavailable` with what to install.
  package static func find(
    home: String?, on host: LocalHost, packagedHome: String = packagedHome,
    searchPath: [String]? = nil
  ) throws(SystemFailure) -> RabbitMQInstallation {
    let (script, tree) = try server(home: home, packagedHome: packagedHome, host)
    let path = searchPath ?? host.searchPath + ["/usr/local/bin", "/usr/bin", "/bin"]
    let erlang = try erlangRoot(path, host)
    return RabbitMQInstallation(
      serverScript: script, version: try version(of: tree, host), erlangRoot: erlang,
      erlangVersion: erlangVersion(of: erlang, host),
      erlCall: try program("erl_call", in: erlang, host),
      epmd: try program("epmd", in: erlang, host))
  }

  private static func server(
    home: String?, packagedHome: String, _ host: LocalHost
  ) throws(SystemFailure) -> (script: String, tree: String) {
    let candidates =
      home.map { ["\($0)/sbin/rabbitmq-server", "\($0)/bin/rabbitmq-server"] }
      ?? ["\(packagedHome)/bin/rabbitmq-server"]
    for script in candidates where host.isExecutable(script) {
      // The package's script is a link into a tree of the generic-unix layout.
      guard let resolved = host.resolvedPath(script) else { continue }
      return (script, directory(of: directory(of: resolved)))
    }
    if let home {
      throw SystemFailure(
        .unavailable,
        "no RabbitMQ in \(home): there is no sbin/rabbitmq-server. Name the directory of an "
          + "unpacked rabbitmq-server-generic-unix archive, or leave out --rabbitmq-home.")
    }
    throw SystemFailure(
      .unavailable,
      "RabbitMQ is not installed: there is no \(candidates[0]). \(Self.advice) "
        + "For another version unpack a rabbitmq-server-generic-unix archive and use "
        + "--rabbitmq-home DIR.")
  }

  private static let advice =
    "Install it with 'apt-get install rabbitmq-server' (make does it); no service has to run."

  private static func version(
    of tree: String, _ host: LocalHost
  ) throws(SystemFailure) -> String {
    for name in host.directoryEntries("\(tree)/plugins") where name.hasPrefix("rabbit-") {
      let application = host.readText("\(tree)/plugins/\(name)/ebin/rabbit.app") ?? ""
      if let version = quotedText(after: "{vsn,", in: application) { return version }
      return String(name.dropFirst("rabbit-".count))
    }
    let prefix = "rabbitmq_server-"
    if let name = tree.split(separator: "/").last, name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    throw SystemFailure(
      .unavailable,
      "\(tree) is no RabbitMQ: it has no plugins/rabbit-VERSION. Install it again, or name the "
        + "directory of an unpacked rabbitmq-server-generic-unix archive.")
  }

  /// The text in the first quotation marks after `mark`, which may have white space in it.
  private static func quotedText(after mark: String, in text: String) -> String? {
    let packed = String(text.filter { !$0.isWhitespace })
    guard let start = packed.firstRange(of: mark)?.upperBound else { return nil }
    let parts = packed[start...].split(
      separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].isEmpty ? String(parts[1]) : nil
  }

  private static func erlangRoot(
    _ searchPath: [String], _ host: LocalHost
  ) throws(SystemFailure) -> String {
    for directory in searchPath where host.isExecutable("\(directory)/erl") {
      guard let resolved = host.resolvedPath("\(directory)/erl") else { continue }
      return Self.directory(of: Self.directory(of: resolved))
    }
    throw SystemFailure(
      .unavailable,
      "Erlang is not installed: there is no erl in \(searchPath.joined(separator: ":")). "
        + "Install it with 'apt-get install erlang-base' (rabbitmq-server brings it along).")
  }

  private static func erlangVersion(of root: String, _ host: LocalHost) -> String {
    for release in host.directoryEntries("\(root)/releases").reversed() {
      if let text = host.readText("\(root)/releases/\(release)/OTP_VERSION") {
        return String(text.prefix { !$0.isWhitespace })
      }
    }
    return "unknown"
  }

  private static func program(
    _ name: String, in root: String, _ host: LocalHost
  ) throws(SystemFailure) -> String {
    let libraries = host.directoryEntries("\(root)/lib").filter { $0.hasPrefix("erl_interface-") }
    let runtimes = host.directoryEntries(root).filter { $0.hasPrefix("erts-") }
    let places = ["bin"] + libraries.map { "lib/\($0)/bin" } + runtimes.map { "\($0)/bin" }
    for place in places where host.isExecutable("\(root)/\(place)/\(name)") {
      return "\(root)/\(place)/\(name)"
    }
    throw SystemFailure(
      .unavailable,
      "the Erlang in \(root) has no \(name). Install it with 'apt-get install erlang-base', or "
        + "put an Erlang that was built with erl_interface first in PATH.")
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }
}
