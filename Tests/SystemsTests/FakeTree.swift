import Environment
import Hosts
import Glibc

@testable import Systems

/// A directory with installations that are made of shell scripts; gone when the test is over.
final class FakeTree: Sendable {
  let path = "/tmp/stoat-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  private let host = LocalHost()

  deinit {
    LocalHost().remove(path)
  }

  /// Writes a file below the tree, with its directories, and returns its path.
  @discardableResult
  func file(_ name: String, _ text: String = "", mode: UInt32 = 0o644) throws -> String {
    let file = "\(path)/\(name)"
    let directory = file.split(separator: "/").dropLast().joined(separator: "/")
    try host.makeDirectory("/\(directory)")
    try host.write(text, to: file, mode: mode)
    return file
  }

  /// Writes a shell script.
  @discardableResult
  func script(_ name: String, _ body: String = "exit 0") throws -> String {
    try file(name, "#!/bin/sh\n\(body)\n", mode: 0o755)
  }

  /// Makes a link below the tree.
  func link(_ name: String, to target: String) throws {
    try file(name)
    unlink("\(path)/\(name)")
    symlink(target, "\(path)/\(name)")
  }

  /// An Erlang whose programs do what the scripts say.
  func erlang(epmd: String = "exit 0", erlCall: String = "exit 0") throws {
    try script("erlang/bin/erl")
    try script("erlang/bin/epmd", epmd)
    try script("erlang/lib/erl_interface-5.3/bin/erl_call", erlCall)
    try file("erlang/releases/25/OTP_VERSION", "25.2.3\n")
    try link("bin/erl", to: "../erlang/bin/erl")
  }

  /// A RabbitMQ of the generic-unix layout.
  func rabbitMQ(_ home: String, version: String, server: String = "exit 0") throws {
    try script("\(home)/sbin/rabbitmq-server", server)
    try file(
      "\(home)/plugins/rabbit-\(version)/ebin/rabbit.app",
      "{application,rabbit,\n [{description,\"RabbitMQ\"},\n  {vsn, \"\(version)\"}]}.\n")
  }

  func find(home: String? = nil) throws(SystemFailure) -> RabbitMQInstallation {
    try RabbitMQInstallation.find(
      home: home.map { "\(path)/\($0)" }, on: host, packagedHome: "\(path)/packaged",
      searchPath: ["\(path)/nothing", "\(path)/bin"])
  }
}
