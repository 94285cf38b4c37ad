import Environment
import Glibc
import Hosts
import Testing

@testable import Systems

/// Blocks of addresses on this machine, each with one owner.
@Suite struct AddressBlockTests {
  private let host = LocalHost()

  private func claim(
    _ octet: Int? = nil
  ) throws(SystemFailure) -> (layout: NodeLayout, claim: AddressClaim) {
    try AddressBlock(
      host: host, nodeCount: 3, directory: "/run", token: "block-\(UInt64.random(in: 0 ... .max))"
    ).claim(octet: octet)
  }

  @Test func twoRunsHaveDifferentBlocks() throws {
    let (first, firstClaim) = try claim()
    let (second, secondClaim) = try claim()
    #expect(first.octet != second.octet)
    #expect(Set(first.ports).isDisjoint(with: second.ports))
    #expect(first.nodes.count == 3)
    let failure = #expect(throws: SystemFailure.self) { try claim(first.octet) }
    #expect(failure?.kind == .addressInUse)
    #expect(failure?.description.contains("(process \(getpid())") == true)
    firstClaim.release()
    let (_, again) = try claim(first.octet)
    again.release()
    secondClaim.release()
  }

  @Test func aPortThatSomebodyHasMakesTheBlockTaken() throws {
    let (layout, first) = try claim()
    first.release()
    let port = layout.clientPort(of: layout.nodes[0])
    let taken = try host.claim(NodeLayout.ownAddress, port: port)
    let failure = #expect(throws: SystemFailure.self) { try claim(layout.octet) }
    taken.release()
    #expect(failure?.kind == .addressInUse)
    #expect(failure?.description.hasPrefix("0.0.0.0:\(port) is in use by") == true)
    // The claim of the block itself was given back.
    let (_, again) = try claim(layout.octet)
    again.release()
  }

  @Test(arguments: [0, 255]) func anOctetOutOfRangeIsRefused(octet: Int) {
    let failure = #expect(throws: SystemFailure.self) { try claim(octet) }
    #expect(failure?.description.contains("use 1 to 254") == true)
  }
}
