import { placesFor, type MapWish } from './map-layout.ts';

// The map's places are found here, so that the window never waits for them.
self.addEventListener('message', ({ data }: MessageEvent<MapWish>) => self.postMessage(placesFor(data)));
