namespace Grpc.Core;

/// <summary>Adds what says who the caller is, before a call.</summary>
/// <param name="context">The call.</param>
/// <param name="metadata">Takes the credentials.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
