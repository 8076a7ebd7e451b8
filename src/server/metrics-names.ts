export const PREFIX = "deploy_token_rotator_";
