/** Names that live outside the program: tags, labels. Other people's scripts rely on them. */
export const LINEAGE_TAG = "deploy-token-rotator:lineage";
export const ROTATION_TAG = "deploy-token-rotator:rotation";
export const MANAGED_BY_TAG = "managed-by";
export const MANAGED_BY = "deploy-token-rotator";

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
