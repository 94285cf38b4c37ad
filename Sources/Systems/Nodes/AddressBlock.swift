import Environment
import Harness
import Hosts

/// Finds addresses and ports that no other run and no other program on this machine uses.
struct AddressBlock {
  /// The machine on which the addresses have to be free.
  var host: LocalHost
  var nodeCount: Int
  var directory: String
  var token: String

  /// Claims the addresses 127.<octet>.x.y, or a free block if `octet` is nil. Other runs try the
  /// same claim first, so that two runs never share a block.
  func claim(octet: Int?) throws(SystemFailure) -> (layout: NodeLayout, claim: AddressClaim) {
    if let octet {
      guard NodeLayout.octets.contains(octet) else {
        throw SystemFailure(
          .failed,
          "addresses 127.\(octet).x.y: use \(NodeLayout.octets.lowerBound) to "
            + "\(NodeLayout.octets.upperBound)")
      }
      return try claimed(layout(octet))
    }
    let octets = Array(NodeLayout.octets)
    let start = Int(Fingerprint.hash(token) % UInt64(octets.count))
    var last = SystemFailure(.addressInUse, "")
    for octet in octets[start...] + octets[..<start] {
      do throws(SystemFailure) {
        return try claimed(layout(octet))
      } catch {
        last = error
      }
    }
    throw SystemFailure(
      last.kind, "no free block of addresses 127.x.y.z for a run; the last try: \(last)")
  }

  private func layout(_ octet: Int) -> NodeLayout {
    NodeLayout(octet: octet, nodeCount: nodeCount, directory: directory)
  }

  private func claimed(
    _ layout: NodeLayout
  ) throws(SystemFailure) -> (NodeLayout, AddressClaim) {
    let claim = try host.claim(layout.claim.host, port: layout.claim.port)
    do {
      // A broker may check its ports on every address when it boots, as RabbitMQ does.
      for port in layout.ports { try host.checkFree("0.0.0.0", port: port) }
    } catch {
      claim.release()
      throw error
    }
    return (layout, claim)
  }
}
