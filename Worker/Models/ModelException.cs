namespace ReelBallers.Worker;

/// <summary>A model's file or its description cannot be used. The message is for the operator.</summary>
public sealed class ModelException(string message) : Exception(message);

/// <summary>A model needs more memory for its input than there is.</summary>
internal sealed class ModelMemoryException(string message) : Exception(message);
