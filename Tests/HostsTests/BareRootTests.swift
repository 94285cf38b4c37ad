import Environment
import Glibc
import Hosts
import Relays
import Testing

/// The program that is copied to hosts needs nothing of theirs: it runs where nothing else is.
@Suite(.enabled(if: geteuid() == 0, "chroot needs root: run the tests as root, as CI does"))
struct BareRootTests {
  private let host = LocalHost()

  /// A directory that holds the program and nothing else.
  private func bareRoot() async throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let own = try #require(host.resolvedPath("/proc/self/exe"))
    let slash = try #require(own.lastIndex(of: "/"))
    let copy = try await host.run(
      Command("/bin/cp", ["\(own[..<slash])/stoat-node", directory.path]), timeout: .seconds(60))
    #expect(copy.succeeded, "\(copy.errors)")
    #expect(host.directoryEntries(directory.path) == ["stoat-node"])
    return directory
  }

  @Test func itSaysItsVersion() async throws {
    let root = try await bareRoot()
    let result = try await host.run(
      Command("/usr/sbin/chroot", [root.path, "/stoat-node", "--version"]), timeout: .seconds(60))
    #expect(result.ending == .exited(0), "\(result.errors)")
    #expect(result.output.hasPrefix("stoat-node "))
    #expect(result.errors == "")
  }

  @Test func itRelays() async throws {
    let root = try await bareRoot()
    let relay = try host.spawn(
      Daemon(
        "/usr/sbin/chroot",
        [root.path, "/stoat-node", "relay", "--control", "/relay.sock", "--max-lifetime", "60"],
        environment: [:], workingDirectory: root.path, output: "\(root.path)/log"))
    let control = RelayControl(path: "\(root.path)/relay.sock", timeout: .seconds(20))
    do {
      #expect(try control.awaitReady(within: .seconds(30)).process == relay.pid)
      let target = try host.claim("127.88.1.1", port: 22_001)
      defer { target.release() }
      let way = Direction(from: "a", to: "b")
      try control.add(
        RelayLink(
          name: "a-b", direction: way, listen: RelayEndpoint(127, 88, 1, 2, port: 22_001),
          target: RelayEndpoint(127, 88, 1, 1, port: 22_001)))
      #expect(await host.accepts("127.88.1.2", port: 22_001, timeout: .seconds(20)))
      try control.shutdown()
    } catch {
      _ = try await host.end(relay, grace: .zero)
      throw error
    }
    #expect(try await host.awaitExit(relay, timeout: .seconds(20)))
    // Not one more file was needed, and none is left but its log.
    #expect(host.directoryEntries(root.path) == ["log", "stoat-node"])
  }
}
