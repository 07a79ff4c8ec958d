namespace Grpc.Core;

/// <summary>A certificate with its key. Only named here: the stand-in has no TLS credentials.</summary>
public sealed class KeyCertificatePair
{
    private KeyCertificatePair()
    {
    }
}
