namespace Grpc.Core;

/// <summary>Ties a call to one that is being served. Only named here: no server of .NET propagates.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
