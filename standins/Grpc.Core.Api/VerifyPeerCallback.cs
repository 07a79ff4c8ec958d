namespace Grpc.Core;

/// <summary>Checks a server's certificate. Only named here: the stand-in has no TLS credentials.</summary>
/// <param name="context">The server.</param>
public delegate bool VerifyPeerCallback(object context);
