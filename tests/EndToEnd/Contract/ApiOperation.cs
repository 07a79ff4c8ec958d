namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>A method of a path in the OpenAPI document.</summary>
/// <param name="Id">Its <c>operationId</c>.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Path">The path template.</param>
/// <param name="Node">The operation in the document.</param>
internal sealed record ApiOperation(string Id, string Method, ApiPath Path, ApiNode Node);
