import Environment
import Glibc
import Testing

@testable import Hosts

@Suite struct SocketTests {
  private let host = LocalHost()

  /// A port at which nobody listens now; others may take it, so the tests try several.
  private func claimSomePort(_ address: String) throws -> (port: Int, claim: AddressClaim) {
    var last: SystemFailure?
    for port in 29_100..<29_400 {
      do throws(SystemFailure) {
        return (port, try host.claim(address, port: port))
      } catch {
        last = error
      }
    }
    throw try #require(last)
  }

  @Test func takenAddressNamesTheProcess() async throws {
    let address = "127.250.3.4"
    let (port, claim) = try claimSomePort(address)
    for wanted in [address, "0.0.0.0"] {
      let failure = #expect(throws: SystemFailure.self) {
        try host.checkFree(wanted, port: port)
      }
      #expect(failure?.kind == .addressInUse)
      let text = failure?.description ?? ""
      #expect(
        text.contains("\(wanted):\(port) is in use by \(address):\(port) (process \(getpid())"))
    }
    #expect(host.listener(at: address, port: port)?.pid == getpid())
    #expect(host.listener(at: "127.250.3.5", port: port) == nil)
    #expect(await host.accepts(address, port: port, timeout: .seconds(10)))
    claim.release()
    try host.checkFree(address, port: port)
    #expect(await !host.accepts(address, port: port, timeout: .seconds(10)))
  }

  @Test func nonsenseIsRefused() async {
    #expect(throws: SystemFailure.self) { try host.checkFree("localhost", port: 1) }
    #expect(throws: SystemFailure.self) { try host.checkFree("127.0.0.1", port: 70_000) }
    #expect(await !host.accepts("nowhere", port: 1, timeout: .seconds(1)))
  }

  @Test func tableLines() throws {
    let line =
      "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 99 1"
    let entry = try #require(SocketTableEntry(line: line))
    #expect(entry.host == "127.0.0.1")
    #expect(entry.port == 5432)
    #expect(entry.inode == 99)
    #expect(entry.occupies("127.0.0.1", 5432))
    #expect(entry.occupies("0.0.0.0", 5432))
    #expect(!entry.occupies("127.0.0.2", 5432))
    #expect(!entry.occupies("127.0.0.1", 5433))
    let heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid"
    #expect(SocketTableEntry(line: heading) == nil)
  }

  @Test(arguments: [
    ("00000000000000000000000000000000", "[::]"),
    ("0000000000000000FFFF00000100007F", "127.0.0.1"),
    ("00000000000000000000000001000000", "[00000000000000000000000001000000]"),
  ])
  func longAddresses(word: String, host: String) throws {
    let line = "0: \(word):0050 \(word):0000 01 0:0 0:0 0 0 0 7 1"
    let entry = try #require(SocketTableEntry(line: line))
    #expect(entry.host == host)
    #expect(!entry.isListening)
    #expect(!entry.occupies(host, 80))
  }
}
