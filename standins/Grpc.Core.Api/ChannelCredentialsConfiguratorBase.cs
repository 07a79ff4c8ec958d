namespace Grpc.Core;

/// <summary>For channels: is told what credentials are.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>They are none.</summary>
    /// <param name="state">The channel's own.</param>
    public abstract void SetInsecureCredentials(object? state);

    /// <summary>They are TLS.</summary>
    /// <param name="state">The channel's own.</param>
    /// <param name="rootCertificates">PEM of the roots to trust, or null for the system's.</param>
    /// <param name="keyCertificatePair">The client's own certificate, or null.</param>
    /// <param name="verifyPeerCallback">A check of the server, or null.</param>
    public abstract void SetSslCredentials(
        object? state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    /// <summary>They are those of a channel and those of its calls.</summary>
    /// <param name="state">The channel's own.</param>
    /// <param name="channelCredentials">How the channel is secured.</param>
    /// <param name="callCredentials">Who makes the calls.</param>
    public abstract void SetCompositeCredentials(object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
