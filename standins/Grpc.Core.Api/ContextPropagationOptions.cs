namespace Grpc.Core;

/// <summary>What a call passes on to the calls that it makes. Only named here: no server of .NET propagates.</summary>
public class ContextPropagationOptions
{
}
