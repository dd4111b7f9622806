// The rig of the voice journeys, without any of the product.
import { proveRig } from '../support/rig-proof';

proveRig('chromium');
